"""Scripts of the build; nothing in the product imports them."""
