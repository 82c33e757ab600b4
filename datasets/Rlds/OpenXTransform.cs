namespace Magma.Datasets.Rlds;

/// <summary>
/// A trajectory whose actions have one meaning whatever the robot: dx, dy, dz, droll, dpitch, dyaw, gripper (1 open, 0 closed).
/// </summary>
/// <param name="FirstStep">The step of the source that became the first one; later ones follow without gaps.</param>
/// <param name="Action">Seven numbers for each step that is left.</param>
/// <param name="Observation">What the transform takes out of the source's state, by the reference's names and in its order.</param>
public sealed record OpenXTrajectory(int FirstStep, float[][] Action, OrderedDictionary<string, float[][]> Observation);

/// <summary>
/// What is done to a data set of Open X-Embodiment before it is learnt from (OpenVLA's transforms, for the sets of <c>oxe_magic_soup</c>
/// and LIBERO): every set stores actions in its own way.
/// </summary>
public sealed partial class OpenXTransform
{
    private const string Converted = "_converted_externally_to_rlds";

    // Where the name of a data set is not that of its transform.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["bridge"] = "bridge_oxe",
        ["bridge_dataset"] = "bridge_orig",
        ["fractal20220817_data"] = "rt1",
        ["iamlab_cmu_pickup_insert"] = "iamlab_pick_insert",
        ["berkeley_fanuc_manipulation"] = "berkeley_fanuc",
        ["libero_spatial_no_noops"] = "libero",
        ["libero_object_no_noops"] = "libero",
        ["libero_goal_no_noops"] = "libero",
        ["libero_10_no_noops"] = "libero",
        ["libero_90_no_noops"] = "libero",
    };

    private readonly Func<Columns, OpenXTrajectory> apply;

    private OpenXTransform(string name, Func<Columns, OpenXTrajectory> apply)
    {
        Name = name;
        this.apply = apply;
    }

    /// <summary>The reference's name of it.</summary>
    public string Name { get; }

    /// <summary>All transforms by name.</summary>
    public static IReadOnlyDictionary<string, OpenXTransform> All { get; } =
        Recipes().Select(recipe => new OpenXTransform(recipe.Name, recipe.Apply)).ToDictionary(one => one.Name, StringComparer.Ordinal);

    /// <summary>The transform of a data set as it is published, or null when there is none.</summary>
    public static OpenXTransform? For(string dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        string plain = dataset.EndsWith(Converted, StringComparison.Ordinal) ? dataset[..^Converted.Length] : dataset;
        if (plain.Length < dataset.Length && plain.EndsWith("_dataset", StringComparison.Ordinal)) plain = plain[..^"_dataset".Length];
        return All.GetValueOrDefault(Aliases.GetValueOrDefault(plain, plain));
    }

    /// <summary>Transforms one trajectory.</summary>
    /// <param name="column">
    /// Gives the numbers of every step of a feature, named without <c>steps/</c>, such as <c>action/world_vector</c>.
    /// </param>
    /// <exception cref="InvalidDataException">A feature is missing, too narrow, or shorter than another one.</exception>
    public OpenXTrajectory Apply(Func<string, float[][]> column) => apply(new Columns(Name, column));

    /// <summary>
    /// Actions as the way from one measured state to the next (Bridge's commands are not what the arm did): motion from columns 0 to 5 of
    /// the states, gripper of the earlier step. The last step has no next and is dropped.
    /// </summary>
    public static float[][] Relabel(IReadOnlyList<float[]> states, IReadOnlyList<float> grippers)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(grippers);
        return
        [
            .. Enumerable.Range(0, Math.Max(0, states.Count - 1)).Select(step =>
                Enumerable.Range(0, 6).Select(axis => states[step + 1][axis] - states[step][axis]).Append(grippers[step]).ToArray()),
        ];
    }

    // The features of one trajectory, asked for by name; wrong shapes are told with the transform's name.
    private sealed class Columns(string transform, Func<string, float[][]> source)
    {
        public float[][] Of(string name, int width)
        {
            float[][] rows = source(name);
            return rows.FirstOrDefault(row => row.Length < width) is { } narrow
                ? throw new InvalidDataException($"The transform '{transform}' needs {width} numbers of '{name}', which has {narrow.Length}.")
                : rows;
        }

        /// <summary>Columns of a feature, from one on.</summary>
        public float[][] Slice(string name, int first, int count) =>
            [.. Of(name, first + count).Select(row => row[first..(first + count)])];

        public float[] Single(string name, int index = 0) => [.. Of(name, index + 1).Select(row => row[index])];

        public InvalidDataException Uneven(int one, int other) =>
            new($"The transform '{transform}' has features of {one} and of {other} steps in one trajectory.");
    }
}
