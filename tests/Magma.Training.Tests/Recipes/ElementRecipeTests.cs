using Magma.Testing;
using Magma.Training.Recipes;

namespace Magma.Training.Tests.Recipes;

public sealed class ElementRecipeTests
{
    private const string Good = "task: element-detector\ndata: [pages]\nout: run\nweights: w.safetensors\nsteps: 10\n";

    [Fact]
    public void A_recipe_is_read_with_paths_from_its_folder_and_values_put_over_it()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "pages"));
        ElementRecipe recipe = Read(folder, Good, "steps=20", "learning_rate=1e-4");
        Assert.Equal([Path.Combine(folder.Path, "pages")], recipe.Data);
        Assert.Equal(Path.Combine(folder.Path, "run"), recipe.Plan.Folder);
        Assert.Equal((20, 1e-4, 512), (recipe.Plan.Steps, recipe.Plan.LearningRate, recipe.Side));
    }

    [Fact]
    public void All_problems_of_a_recipe_are_told_at_once()
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<InvalidDataException>(() => Read(
            folder, "task: cake\ndata: [nowhere]\nsteps: many\nside: 100\nstpes: 5\nseed: [1, 2]\n", "parts=0", "oops")).Message;
        string[] expected =
        [
            "task: one of element-detector", "there is no folder", "out: missing", "weights: missing", "steps: a whole number", "side: a multiple of 64",
            "stpes: unknown", "seed: one value", "parts: a whole number from 1", "'oops' is no override",
        ];
        Assert.All(expected, problem => Assert.Contains(problem, message));
    }

    [Theory]
    [InlineData("a: [b", "no YAML")]
    [InlineData("- a\n- b\n", "one mapping")]
    [InlineData("", "one mapping")]
    public void A_file_that_is_no_recipe_is_refused(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(folder, text)).Message);
    }

    private static ElementRecipe Read(TemporaryFolder folder, string text, params string[] overrides)
    {
        string path = Path.Combine(folder.Path, "recipe.yaml");
        File.WriteAllText(path, text);
        return ElementRecipe.Read(path, overrides);
    }
}
