"""The control surface under `/_control/`: what tests and demos may do, never what payers do."""
