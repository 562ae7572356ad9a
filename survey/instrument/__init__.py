"""What we ask: definition (YAML) to frozen model to form. Imports nothing of ours."""
