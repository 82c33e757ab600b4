namespace Magma.Training;

/// <summary>How a network is trained.</summary>
/// <param name="Folder">Where the checkpoint lies.</param>
/// <param name="Steps">How many steps there are in all, at least 1.</param>
/// <param name="LearningRate">The highest rate.</param>
/// <param name="WeightDecay">Decay of weights; vectors (biases, scales) do not decay.</param>
/// <param name="WarmUp">Steps over which the rate rises from zero.</param>
/// <param name="CheckpointMinutes">Minutes between checkpoints; one more is written when the run ends or is stopped.</param>
public sealed record TrainingPlan(
    string Folder, long Steps, double LearningRate, double WeightDecay, long WarmUp, double CheckpointMinutes)
{
    private const double LastShare = 0.01;
    private const double HeldShare = 0.6;

    /// <summary>
    /// The rate of a step: a straight rise, then the highest rate for six tenths of the run, then half a cosine down to a hundredth (Hägele et
    /// al. 2024). More steps given before the fall begins make the very run that had them from the start.
    /// </summary>
    public double RateAt(long step)
    {
        if (step < WarmUp) return LearningRate * (step + 1) / WarmUp;
        double fall = Math.Max(WarmUp, HeldShare * Steps);
        double done = Math.Max(0, step - fall) / Math.Max(1, Steps - fall);
        return LearningRate * (LastShare + ((1 - LastShare) * 0.5 * (1 + Math.Cos(Math.PI * done))));
    }
}

/// <summary>How far a run is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean loss since the last report.</param>
/// <param name="StepsPerSecond">Rate since this process began.</param>
public readonly record struct TrainingProgress(long Step, long Steps, double Loss, double StepsPerSecond)
{
    /// <summary>Time that the rest will take at this rate.</summary>
    public TimeSpan Left => StepsPerSecond > 0 ? TimeSpan.FromSeconds((Steps - Step) / StepsPerSecond) : TimeSpan.Zero;
}
