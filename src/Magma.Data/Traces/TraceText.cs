using System.Globalization;
using System.Text;

namespace Magma.Data;

/// <summary>
/// The words of Trace-of-Mark: questions and answers about numbered marks on a picture, coordinates in grid units. The switches are those
/// of the reference's training (their names there are given).
/// </summary>
public sealed record TraceText
{
    /// <summary>Leave points that stand still out of the answer (<c>remove_static_trace_pts</c>).</summary>
    public bool RemovesStaticPoints { get; init; } = true;

    /// <summary>Put the mean speed into the question (<c>mm_use_trace_speed</c>).</summary>
    public bool AsksForSpeed { get; init; } = true;

    /// <summary>
    /// Put <c>&lt;image_start&gt;</c> and <c>&lt;image_end&gt;</c> around every image (<c>mm_use_image_start_end</c>). Off in samples,
    /// whose reader adds them.
    /// </summary>
    public bool WrapsImages { get; init; }

    /// <summary>Put <c>&lt;trace_start&gt;</c> and <c>&lt;trace_end&gt;</c> around the traces (<c>mm_use_trace_start_end</c>).</summary>
    public bool WrapsTraces { get; init; }

    /// <summary>
    /// List the marks with their places in the question instead of drawing them (robot training, <c>som.format</c> other than visual).
    /// </summary>
    public bool ListsMarks { get; init; }

    /// <summary>The placeholders of some images, with the empty line that stands between them and every question.</summary>
    public string Placeholders(int images) =>
        string.Concat(Enumerable.Repeat(WrapsImages ? "<image_start><image><image_end>\n" : "<image>\n", images)) + "\n";

    /// <summary>The first question.</summary>
    public string SemanticQuestion(TraceCaption caption, int images) => $"{Placeholders(images)}{caption.Question}\n";

    /// <summary>The first answer.</summary>
    public static string SemanticAnswer(TraceCaption caption) => $"{caption.Answer}\n";

    /// <summary>The question that a captioning model is asked about frames of a clip.</summary>
    public string CaptioningQuestion(int images) =>
        $"{Placeholders(images)}What do you see in the first image? And what will the person do next?\n";

    /// <summary>The system message of the released trace demo.</summary>
    public const string DemoSystem = "You are agent that can see, talk and act.";

    /// <summary>A robot's action as the answer of a training sample: seven placeholders, which become seven tokens.</summary>
    public const string RobotActionAnswer = "<action><action><action><action><action><action><action>";

    /// <summary>The question about a robot's next action, without image placeholders.</summary>
    public static string RobotActionQuestion(string instruction) => $"What action should the robot take to {instruction}?";

    /// <summary>
    /// The question of the released trace demo about a robot: other commas than in training, and the instruction's own period is kept, so
    /// that two can follow each other.
    /// </summary>
    /// <param name="marks">How many marks there are, numbered from 1.</param>
    /// <param name="task">The instruction.</param>
    /// <param name="speed">Grid units per step.</param>
    /// <param name="steps">Future steps.</param>
    /// <param name="grid">Q.</param>
    public static string DemoQuestion(int marks, string task, int speed, int steps, int grid) => string.Create(
        CultureInfo.InvariantCulture,
        $"<image_start><image><image_end>\nThe image is split into {grid}x{grid} grids and is labeled with numeric marks " +
        $"[{string.Join(", ", Enumerable.Range(1, marks))}].\nThe robot is doing: {task}. To finish the task, " +
        $"how to move the numerical marks in the image with speed {speed} for the next {steps} steps?\n");

    /// <summary>The Set-of-Mark question, which needs no caption.</summary>
    public string SetOfMarkQuestion(int grid) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Placeholders(1)}The image is split into {grid}x{grid} grids, and labeled with numeric marks.\n" +
        $"Please locate all the numerical marks in the image.\n");

    /// <summary>The Set-of-Mark answer: every mark with its place, by number.</summary>
    public static string SetOfMarkAnswer(TraceSelected selection, int grid)
    {
        ArgumentNullException.ThrowIfNull(selection);
        IEnumerable<string> places = selection.Marks
            .OrderBy(mark => mark.Number)
            .Select(mark => $"{Name(mark.Number)} at {Place(MarkTrace.ToGrid([mark.Start], selection.Size, grid)[0], ",")}");
        return string.Join(". ", places) + "\n";
    }

    /// <summary>The Trace-of-Mark question.</summary>
    /// <param name="selection">The marks; all of them are named.</param>
    /// <param name="traces">The written traces.</param>
    /// <param name="speed">Mean speed in whole grid units per step.</param>
    /// <param name="todo">What is being done.</param>
    /// <param name="source">Who does it.</param>
    /// <param name="grid">Q.</param>
    public string TraceQuestion(
        TraceSelected selection, IReadOnlyList<MarkTrace> traces, int speed, string todo, TraceSource source, int grid)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(traces);
        TraceMark[] marks = [.. selection.Marks.OrderBy(mark => mark.Number)];
        string listed = ListsMarks
            ? ": " + string.Join(
                ", ", marks.Select(mark =>
                    $"{Name(mark.Number)} at {Place(MarkTrace.ToGrid([mark.Start], selection.Size, grid)[0], ", ")}"))
            : (source == TraceSource.Robot ? ": [" : " [") +
                string.Join(", ", marks.Select(mark => mark.Number.ToString(CultureInfo.InvariantCulture))) + "]";
        string who = source switch
        {
            TraceSource.Robot => "The robot is doing",
            TraceSource.HumanInstruction => "The person is saying",
            _ => "The person is doing",
        };
        int steps = traces.Max(trace => trace.Written(RemovesStaticPoints).Length) - 1;
        string atSpeed = AsksForSpeed ? string.Create(CultureInfo.InvariantCulture, $" with speed {speed}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Placeholders(1)}The image is split into {grid}x{grid} grids, and labeled with numeric marks{listed}.\n" +
            $"{who}: {todo}. To finish the task, how to move the numerical marks in the image{atSpeed} for the next {steps} steps?\n");
    }

    /// <summary>The Trace-of-Mark answer: where each moving mark is and where it goes.</summary>
    public string TraceAnswer(IReadOnlyList<MarkTrace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var text = new StringBuilder();
        text.AppendJoin(", ", traces.Select(trace => $"{Name(trace.Number)} at {Place(trace.Written(RemovesStaticPoints)[0], ",")}"));
        text.Append(" should be moved, and their future positions are:\n\n");
        if (WrapsTraces) text.Append("<trace_start>");
        foreach (MarkTrace trace in traces)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"{Name(trace.Number)}\": \"[");
            text.AppendJoin(',', trace.Written(RemovesStaticPoints).Skip(1).Select(point => Place(point, ",")));
            text.Append("]\"\n\n");
        }

        if (WrapsTraces) text.Append("<trace_end>");
        return text.ToString();
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"Mark {number}");

    // Truncated towards zero, not rounded down: -0.4 is written as 0.
    private static string Place(TracePoint point, string separator) =>
        string.Create(CultureInfo.InvariantCulture, $"[{(int)point.X}{separator}{(int)point.Y}]");
}
