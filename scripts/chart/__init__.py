"""The chart's schema and README, made from what each value may be."""
