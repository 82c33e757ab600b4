using System.CommandLine;
using Magma.Testing;

namespace Magma.Cli.Tests.Datasets;

/// <summary>The console is one for the process, so these tests must not run beside others that read it.</summary>
[Collection("console")]
public sealed class DatasetCommandTests
{
    private static readonly string Aitw = Repository.Golden("som-datasets", "aitw", "aitw_som.json");

    [Fact]
    public async Task Json_becomes_shards_parquet_and_json_again_and_verifies_each_time()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((0, "2 samples written"), await Run("convert", Aitw, folder["shards"], "--to", "shards"));
        Assert.Equal((0, "2 samples written"), await Run("convert", folder["shards"], folder["parquet"], "--to", "parquet"));
        Assert.Equal((0, "2 samples written"), await Run("export", folder["parquet"], folder["json"]));
        foreach (string copy in new[] { "shards", "parquet", "json" })
            Assert.Equal((0, "2 samples, 2 pictures decoded"), await Run("verify", folder[copy]));
        Assert.Equal((0, "converted, made by magma"), await Run("info", folder["shards"]));
    }

    [Fact]
    public async Task What_is_wrong_is_printed_and_the_exit_code_is_one()
    {
        using var folder = new TemporaryFolder();
        await Run("convert", Aitw, folder["shards"], "--to", "shards");
        string shard = folder["shards", "shards", "shard-000000.tar"];
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^1500] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Assert.Equal((1, "shard-000000.tar: "), await Run("verify", folder["shards"]));
    }

    [Fact]
    public async Task Two_equal_versions_give_a_report_without_differences()
    {
        using var folder = new TemporaryFolder();
        await Run("convert", Aitw, folder["shards"], "--to", "shards");
        Assert.Equal((0, "2 inputs in both, 0 of them"), await Run("diff", folder["shards"], folder["shards"], "--out", folder["diff.html"]));
        Assert.Contains("No input that both versions have differs", File.ReadAllText(folder["diff.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Robot_data_sets_are_described_and_become_lerobot()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((0, "RLDS tiny_arm, split train"), await Run("info", Repository.Golden("rlds", "tiny_arm")));
        Assert.Equal((0, "LeRobot v2.1, robot fixture_arm"), await Run("info", Repository.Golden("lerobot", "v2.1")));
        Assert.Equal((0, "3 episodes written"), await Run("convert", Repository.Golden("rlds", "tiny_arm"), folder["out"], "--to", "lerobot", "--fps", "5"));
        Assert.True(Directory.Exists(folder["out", "videos", "observation.images.wrist_image"]));
    }

    [Fact]
    public async Task Mistakes_of_the_user_are_told_in_words()
    {
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<FileNotFoundException>(() => Run("info", folder["nothing"]));
        await Assert.ThrowsAsync<InvalidDataException>(() => Run("info", folder.Path));
        InvalidDataException same = await Assert.ThrowsAsync<InvalidDataException>(() => Run("export", Path.GetDirectoryName(Aitw)!, Path.GetDirectoryName(Aitw)!));
        Assert.Contains("another folder", same.Message, StringComparison.Ordinal);
        InvalidDataException rate = await Assert.ThrowsAsync<InvalidDataException>(
            () => Run("convert", Repository.Golden("rlds", "tiny_arm"), folder["out"], "--to", "lerobot"));
        Assert.Contains("--fps", rate.Message, StringComparison.Ordinal);
    }

    // The exit code, and the beginning of what was printed as far as the expectation goes.
    private static async Task<(int Code, string Start)> Run(params string[] arguments)
    {
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            var root = new RootCommand { DatasetCommand.Create() };
            int code = await root.Parse(["dataset", .. arguments]).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return (code, Start(output.ToString()));
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static string Start(string text)
    {
        string[] known =
        [
            "2 samples written", "2 samples, 2 pictures decoded", "converted, made by magma", "shard-000000.tar: ", "2 inputs in both, 0 of them",
            "RLDS tiny_arm, split train", "LeRobot v2.1, robot fixture_arm", "3 episodes written",
        ];
        return known.FirstOrDefault(start => text.StartsWith(start, StringComparison.Ordinal)) ?? text;
    }
}
