"""A wave's sealed totals: layout, mask, fold, keys, unseal, destroy. Knows no HTTP and no gate."""
