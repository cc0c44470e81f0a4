"""Personal data and secrets in a text: where they are, and the text without them."""
