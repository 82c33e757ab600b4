using Magma.Vision;

namespace Magma.Data;

/// <summary>A robot of SimplerEnv.</summary>
public enum SimplerRobot
{
    /// <summary>WidowX (<c>widowx_bridge</c>), 5 Hz.</summary>
    WidowX,

    /// <summary>Google's robot (<c>google_robot</c>), 3 Hz: its gripper takes changes, see <see cref="StickyGripper"/>.</summary>
    Google,
}

/// <summary>One step of SimplerEnv.</summary>
/// <param name="Raw">The seven un-normalised numbers.</param>
/// <param name="Move">Where the hand moves, in metres, times the action scale.</param>
/// <param name="Rotation">How it turns: axis times angle in radians, times the action scale.</param>
/// <param name="Gripper">WidowX: 1 opens, -1 closes; Google: a change of -1.992 to 1.992, above 0 closes.</param>
public sealed record SimplerCommand(
    double[] Raw, (double X, double Y, double Z) Move, (double X, double Y, double Z) Rotation, double Gripper);

/// <summary>
/// The model in SimplerEnv: what it is asked, and what its answer means to the simulated arm. Belongs to one episode; <see cref="Reset"/>
/// begins the next (the reference carries the gripper's state over).
/// </summary>
/// <param name="robot">The arm.</param>
/// <param name="actionScale">What moves and turns are multiplied by.</param>
/// <param name="gripperRepeats">For how many steps Google's gripper repeats a change.</param>
public sealed class SimplerAdapter(SimplerRobot robot, double actionScale = 1, int gripperRepeats = 10)
{
    /// <summary>Sampling temperature with which the published figures were made.</summary>
    public const double Temperature = 0.7;

    /// <summary>The most tokens of an answer that the reference asks for; seven are used.</summary>
    public const int MaxNewTokens = 1000;

    private StickyGripper _gripper = new(gripperRepeats);

    /// <summary>The size that the camera's picture is brought to before the model's own image steps.</summary>
    public static PixelSize PictureSize { get; } = new(256, 256);

    /// <summary>The action statistics of the arm's training data.</summary>
    public ActionStatistics Statistics => robot == SimplerRobot.WidowX ? ActionStatistics.BridgeOrig : ActionStatistics.GoogleRobot;

    /// <summary>State of Google's gripper.</summary>
    public StickyGripper Gripper => _gripper;

    /// <summary>The question about one picture, without the marks of its start and end.</summary>
    public static string Question(string task) => MagmaPrompt.Question(MagmaPrompt.RobotAction(task), withStartAndEnd: false);

    /// <summary>The command for a decoded answer.</summary>
    /// <param name="action">Seven numbers, -1 to 1, as <see cref="ActionCodec"/> decodes them.</param>
    public SimplerCommand Next(ReadOnlySpan<double> action)
    {
        double[] raw = Statistics.Unnormalize(action);
        (double x, double y, double z) = Rotations.EulerToAxisAngle(raw[3], raw[4], raw[5]);
        double gripper = robot == SimplerRobot.Google ? _gripper.Next(raw[6]) : raw[6] > 0.5 ? 1 : -1;
        return new SimplerCommand(
            raw, (raw[0] * actionScale, raw[1] * actionScale, raw[2] * actionScale), (x * actionScale, y * actionScale, z * actionScale), gripper);
    }

    /// <summary>Begins an episode.</summary>
    public void Reset() => _gripper = new StickyGripper(gripperRepeats);
}
