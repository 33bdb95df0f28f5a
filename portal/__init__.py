"""The patient payment portal. `portal.application.create_app` puts it together."""
