"""Small, dull things all apps lean on. Knows none of them."""
