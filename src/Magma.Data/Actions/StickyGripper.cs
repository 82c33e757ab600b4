namespace Magma.Data;

/// <summary>
/// The Google robot's gripper in SimplerEnv: a change of more than half is remembered and sent for some steps; changes meanwhile
/// are forgotten. Belongs to one episode: make a new one for the next.
/// </summary>
/// <param name="repeats">Steps for which a change is sent, the triggering one included.</param>
public sealed class StickyGripper(int repeats = 10)
{
    private double? previous;
    private double remembered;

    /// <summary>Whether a change is being repeated.</summary>
    public bool IsSticky { get; private set; }

    /// <summary>Steps for which the change was sent already.</summary>
    public int Repeated { get; private set; }

    /// <summary>The command for the opening that the model asks for.</summary>
    /// <param name="open">-1..1 (the decoded action number; it is not un-normalised).</param>
    public double Next(double open)
    {
        double relative = previous is { } before ? before - open : 0;
        previous = open;
        if (Math.Abs(relative) > 0.5 && !IsSticky)
        {
            IsSticky = true;
            remembered = relative;
        }

        if (!IsSticky) return relative;
        double command = remembered;
        if (++Repeated == repeats)
        {
            IsSticky = false;
            Repeated = 0;
        }

        return command;
    }
}
