namespace Magma.Data;

/// <summary>Gripper columns of robot data sets, brought to one meaning: 1 is open, 0 is closed. (As in OpenVLA's data code.)</summary>
public static class GripperSignal
{
    /// <summary>
    /// Above 0.95 is open, below 0.05 is closed, in between takes the next definite value; a trajectory that ends in between
    /// keeps its raw last value there.
    /// </summary>
    public static float[] Binarize(ReadOnlySpan<float> trajectory)
    {
        var result = new float[trajectory.Length];
        float carried = trajectory.IsEmpty ? 0 : trajectory[^1];
        for (int step = trajectory.Length - 1; step >= 0; step--)
        {
            if (trajectory[step] > 0.95f) carried = 1;
            else if (trajectory[step] < 0.05f) carried = 0;
            result[step] = carried;
        }

        return result;
    }

    /// <summary>1 - x.</summary>
    public static float[] Invert(ReadOnlySpan<float> trajectory)
    {
        var result = new float[trajectory.Length];
        for (int step = 0; step < result.Length; step++) result[step] = 1 - trajectory[step];
        return result;
    }

    /// <summary>
    /// Commands to states: above 0.1 closes, below -0.1 opens, in between the state stays. Before the first command the state is
    /// its opposite; without any command it is open.
    /// </summary>
    public static float[] RelativeToAbsolute(ReadOnlySpan<float> commands)
    {
        var result = new float[commands.Length];
        float state = 1;
        foreach (float command in commands)
        {
            if (StateOf(command) is not { } first) continue;
            state = 1 - first;
            break;
        }

        for (int step = 0; step < commands.Length; step++)
        {
            state = StateOf(commands[step]) ?? state;
            result[step] = state;
        }

        return result;
    }

    private static float? StateOf(float command) => command > 0.1f ? 0 : command < -0.1f ? 1 : null;
}
