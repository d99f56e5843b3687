"""The simulated telephone world: numbers, texts, prices, carriers and handsets. It knows no AWS."""
