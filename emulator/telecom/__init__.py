"""The simulated phone network: numbers, texts, prices, carriers and handsets. It knows nothing about AWS."""
