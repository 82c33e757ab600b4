using System.Text.Json;
using Magma.Data;
using Magma.Testing;

namespace Magma.Annotation.Tests;

public class AnnotationRunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_workers_gives_the_same_bytes(int workers)
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 11);
        Runs.Execute(folder["in"], folder["one"]);

        Runs.Execute(folder["in"], folder["many"], workers);

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["many"]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Ranks_write_together_what_one_process_writes_alone(int world)
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 11);
        Runs.Execute(folder["in"], folder["one"]);

        RunResult[] results = new RunResult[world];
        Parallel.For(0, world, rank => results[rank] = Runs.Execute(folder["in"], folder["shared"], share: new RunShare(rank, world)));

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["shared"]));
        Assert.Contains(results, result => result.Manifest is not null);
        Assert.Equal(11, results.Sum(result => result.Progress.Total));
    }

    [Fact]
    public void A_stopped_run_goes_on_where_it_was_and_gives_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 11);
        Runs.Execute(folder["in"], folder["one"]);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Runs.Execute(
            folder["in"], folder["stopped"], progress: progress => { if (progress.Done == 6) stop.Cancel(); }, cancel: stop.Token));
        Assert.False(File.Exists(folder["stopped", "manifest.json"]));

        RunResult result = Runs.Execute(folder["in"], folder["stopped"], workers: 2, resume: true);

        Assert.Equal(6, result.Progress.Resumed);
        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["stopped"]));
    }

    [Fact]
    public void A_stopped_run_of_three_ranks_can_be_finished_by_one()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 11);
        Runs.Execute(folder["in"], folder["one"]);
        Runs.Execute(folder["in"], folder["some"], share: new RunShare(1, 3));

        Runs.Execute(folder["in"], folder["some"], resume: true);

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["some"]));
    }

    [Fact]
    public void Half_written_files_of_a_killed_process_are_made_again()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 11);
        Runs.Execute(folder["in"], folder["one"]);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Runs.Execute(
            folder["in"], folder["killed"], progress: progress => { if (progress.Done == 6) stop.Cancel(); }, cancel: stop.Token));
        // What every instant between two writes can leave behind.
        File.WriteAllText(folder["killed", ".run", "00000006.tar"], "cut");
        File.WriteAllText(folder["killed", ".run", "00000007.tar.partial"], "cut");
        File.WriteAllText(folder["killed", ".run", "00000008.json"], "{\"samp");
        File.WriteAllText(folder["killed", "shards", "shard-000001.tar.partial"], "cut");
        File.WriteAllText(folder["killed", "shards", "shard-000002.tar"], "a shard without its record");
        File.WriteAllText(folder["killed", "gallery", "pictures", "00000009.jpg.partial"], "cut");

        Runs.Execute(folder["in"], folder["killed"], resume: true);

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["killed"]));
    }

    [Fact]
    public void A_finished_run_resumes_to_itself()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 5);
        Runs.Execute(folder["in"], folder["out"]);
        string before = FolderBytes.Fingerprint(folder["out"]);

        RunResult result = Runs.Execute(folder["in"], folder["out"], resume: true);

        Assert.Equal((5, 5), (result.Progress.Done, result.Progress.Resumed));
        Assert.NotNull(result.Manifest);
        Assert.Equal(before, FolderBytes.Fingerprint(folder["out"]));
    }

    [Fact]
    public void Bad_inputs_are_recorded_and_cost_nothing_else()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 5);
        Garbage.Make(folder["in"]);

        RunResult result = Runs.Execute(folder["in"], folder["out"], workers: 2);

        string[] lines = File.ReadAllLines(folder["out", "errors.jsonl"]);
        Assert.Equal(Garbage.Names.Length, lines.Length);
        Assert.Equal(Garbage.Names.Length, result.Progress.Failed);
        Assert.Equal(5, result.Progress.Samples);
        Assert.Equal(
            Garbage.Names.Order(StringComparer.Ordinal),
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("input").GetString()).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(folder.Path, line));
        Assert.All(lines, line => Assert.Equal("input", JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        Assert.Equal(5, result.Manifest!.Counts["samples"]);
        Assert.Equal(Garbage.Names.Length, result.Manifest.Counts["failed"]);
    }

    [Fact]
    public void A_fault_of_the_labeller_costs_one_input()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 5);

        RunResult result = Runs.Execute(folder["in"], folder["out"], labeller: () => new ScreenshotLabeller(
            image => image.Width == 122 ? throw new IndexOutOfRangeException("boom") : Runs.Parse(image), seed: 1));

        Assert.Equal((4, 1), (result.Progress.Samples, result.Progress.Failed));
        Assert.Contains("\"kind\":\"internal\",\"reason\":\"IndexOutOfRangeException: boom\"", File.ReadAllText(folder["out", "errors.jsonl"]));
    }

    [Fact]
    public void A_labeller_that_cannot_be_made_stops_the_run_with_its_message()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 5);

        var problem = Assert.Throws<InvalidDataException>(() => Runs.Execute(
            folder["in"], folder["out"], workers: 2, labeller: () => throw new InvalidDataException("install the models")));

        Assert.Equal("install the models", problem.Message);
        Assert.False(File.Exists(folder["out", "errors.jsonl"]));
    }

    [Fact]
    public void A_folder_with_a_run_needs_resume_and_a_folder_with_other_things_is_refused()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 2);
        Runs.Execute(folder["in"], folder["out"]);
        Directory.CreateDirectory(folder["letters"]);
        File.WriteAllText(folder["letters", "a.txt"], "mine");

        var second = Assert.Throws<InvalidDataException>(() => Runs.Execute(folder["in"], folder["out"]));
        var foreign = Assert.Throws<InvalidDataException>(() => Runs.Execute(folder["in"], folder["letters"], resume: true));

        Assert.Contains("--resume", second.Message);
        Assert.Contains("not empty", foreign.Message);
    }

    [Fact]
    public void A_run_is_not_gone_on_with_under_other_settings_or_inputs()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 3);
        Runs.MakeInputs(folder["other", "deep"], 1);
        Runs.Execute(folder["in"], folder["out"]);
        InputFiles inputs = InputFiles.Find([folder["in"]], ScreenshotLabeller.Extensions);
        var otherSeed = new AnnotationRun(
            Runs.Plan(inputs, seed: 2), inputs.Root, () => new ScreenshotLabeller(Runs.Parse, 2),
            new RunOptions(folder["out"], 1, Resume: true, RunShare.Whole));

        Assert.Contains("'seed' was 1, not 2", Assert.Throws<InvalidDataException>(() => otherSeed.Execute(null, default)).Message);
        Assert.Contains("None of the inputs", Assert.Throws<InvalidDataException>(
            () => Runs.Execute(folder["other"], folder["out"], resume: true)).Message);
    }

    [Fact]
    public void Inputs_that_came_later_are_named_and_inputs_that_went_are_recorded()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 6);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Runs.Execute(
            folder["in"], folder["out"], progress: progress => { if (progress.Done == 2) stop.Cancel(); }, cancel: stop.Token));
        File.Delete(folder["in", "screen-004.png"]);
        File.Copy(folder["in", "screen-001.png"], folder["in", "screen-007.png"]);

        RunResult result = Runs.Execute(folder["in"], folder["out"], resume: true);

        Assert.Equal(["screen-007.png"], result.NotPlanned);
        Assert.Contains("screen-004.png", File.ReadAllText(folder["out", "errors.jsonl"]));
        Assert.Equal(5, result.Progress.Samples);
    }

    [Fact]
    public void Two_processes_do_not_label_the_same_shard()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 6);
        Exception? second = null;

        Runs.Execute(folder["in"], folder["out"], labeller: () => new ScreenshotLabeller(
            image =>
            {
                second ??= Record.Exception(() => Runs.Execute(folder["in"], folder["out"], resume: true));
                return Runs.Parse(image);
            },
            seed: 1));

        Assert.Contains("Another process is working on shard-000000.tar", Assert.IsType<IOException>(second).Message);
    }

    [Fact]
    public void Shards_hold_well_formed_samples_and_the_manifest_their_hashes()
    {
        using var folder = new TemporaryFolder();
        Runs.MakeInputs(folder["in"], 6);

        ShardManifest manifest = Runs.Execute(folder["in"], folder["out"]).Manifest!;

        Assert.Equal([4, 2], manifest.Shards.Select(shard => shard.Samples));
        foreach (ShardSummary shard in manifest.Shards)
        {
            string path = folder["out", "shards", shard.Name];
            Assert.Equal(shard.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
            Assert.Equal(shard.Bytes, new FileInfo(path).Length);
            foreach (Sample sample in ShardReader.Read(path)) Assert.Equal(sample.Images.Count, sample.Conversation.CountImages());
        }
    }
}
