"""What makes the world deterministic: time, chance, stores and the bus. It knows neither AWS nor telephones."""
