"""The deterministic core: clock, seeds, stores and event bus. Nothing here knows about AWS or phones."""
