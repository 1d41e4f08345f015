"""Models to Rich renderables. Nothing here prints."""
