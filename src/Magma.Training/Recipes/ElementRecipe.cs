namespace Magma.Training.Recipes;

/// <summary>How an element detector is trained.</summary>
/// <param name="Plan">Steps, rates, checkpoints.</param>
/// <param name="Data">Folders that <c>magma annotate pages</c> made, relative to the recipe.</param>
/// <param name="Weights">The file that the weights are written to.</param>
/// <param name="Seed">Decides about first weights and what is drawn.</param>
/// <param name="Parts">Parts of screens per step.</param>
/// <param name="Side">Width and height of a part, in pixels.</param>
/// <param name="Threads">Threads, each with as many of the parts; results are the same bytes only for one number of them.</param>
public sealed record ElementRecipe(TrainingPlan Plan, IReadOnlyList<string> Data, string Weights, long Seed, int Parts, int Side, int Threads)
{
    /// <summary>The word that a recipe of this kind has as its task.</summary>
    public const string Task = "element-detector";

    /// <summary>Reads and checks a recipe.</summary>
    /// <param name="path">The YAML file; paths in it start from its folder.</param>
    /// <param name="overrides">Values over those of the file, each <c>name=value</c>.</param>
    /// <exception cref="InvalidDataException">Something is wrong with it; the message has all problems.</exception>
    public static ElementRecipe Read(string path, IEnumerable<string> overrides)
    {
        RecipeFields fields = RecipeFields.Read(path, overrides);
        string root = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string From(string name) => name.Length == 0 ? "" : Path.GetFullPath(Path.Combine(root, name));
        fields.Word("task", Task);
        string[] data = [.. fields.Texts("data").Select(From)];
        foreach (string folder in data.Where(folder => !Directory.Exists(folder))) fields.Problem($"data: there is no folder {folder}");
        var plan = new TrainingPlan(
            From(fields.Text("out")),
            fields.Whole("steps", 1, 10_000_000, 4000),
            fields.Number("learning_rate", 1e-7, 1, 2e-3),
            fields.Number("weight_decay", 0, 1, 0.02),
            fields.Whole("warm_up", 0, 1_000_000, 100),
            fields.Number("checkpoint_minutes", 0.01, 1440, 5));
        int side = (int)fields.Whole("side", 64, 2048, 512);
        if (side % 64 != 0) fields.Problem($"side: a multiple of 64 was expected, {side} was given");
        int parts = (int)fields.Whole("parts", 1, 256, 8), threads = (int)fields.Whole("threads", 1, 256, 2);
        if (parts % threads != 0) fields.Problem($"parts: a multiple of threads ({threads}) was expected, {parts} was given");
        var recipe = new ElementRecipe(plan, data, From(fields.Text("weights")), fields.Whole("seed", 0, long.MaxValue, 0), parts, side, threads);
        fields.End();
        return recipe;
    }
}
