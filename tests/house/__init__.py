"""What holds for every route, template, module and migration."""
