"""How the model is made; see README.md."""
