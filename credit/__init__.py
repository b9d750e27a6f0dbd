"""诚信档案 of houses: the decisions about its entries. The entries follow from others' rows."""
