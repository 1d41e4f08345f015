"""Cards: their models, the YAML loader, the deck, search and the JSON Schema."""
