using System.Text.Json.Nodes;
using Magma.Annotation.Inspection;
using Magma.Data;
using Magma.Datasets.Llava;
using Magma.Testing;

namespace Magma.Annotation.Tests.Inspection;

public sealed class DatasetVerifierTests
{
    [Fact]
    public void A_good_data_set_has_nothing_wrong_whatever_its_format()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder["shards"], 5, (_, elements) => elements);
        VerifyResult result = Verify(folder["shards"]);
        Assert.Equal([], result.Problems);
        Assert.Equal((5L, 5L, 45L, 1), (result.Samples, result.Images, result.Marks, result.Hashes));
        LlavaFolder.Write(folder["llava"], Datasets.Samples.SampleSource.Open(folder["shards"]).Read());
        Assert.True(Verify(folder["llava"]).IsClean);
    }

    [Fact]
    public void A_changed_byte_a_missing_and_an_extra_shard_are_found()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder.Path, 3, (_, elements) => elements);
        string shard = folder["shards", "shard-000000.tar"];
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[bytes.Length - 2_000] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Assert.Contains(Verify(folder.Path).Problems, problem => problem.What.Contains("SHA-256", StringComparison.Ordinal));
        File.Move(shard, folder["shards", "shard-000007.tar"]);
        string[] found = [.. Verify(folder.Path).Problems.Select(problem => $"{problem.Where}: {problem.What}")];
        Assert.Contains("shard-000000.tar: the manifest lists it, but it is not there", found);
        Assert.Contains("shard-000007.tar: it is there, but the manifest does not list it", found);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "box", "mark 2 reaches outside with 20, 20, 2000, 50 in a picture of 480x320" },
        { "empty", "mark 2 has the empty box" },
        { "twice", "mark 3 comes 2 times" },
        { "size", "it says its picture is 100x100; it is 480x320" },
        { "picture", "picture 0 cannot be decoded" },
        { "placeholder", "its questions speak of 2 pictures; it has 1" },
        { "answer", "answer 0 is empty" },
        { "spoken", "an answer speaks of mark 99, which is not among its 9 marks" },
        { "members", "its marks are not as a labeller writes them" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Each_kind_of_bad_sample_is_named(string damage, string expected)
    {
        using var folder = new TemporaryFolder();
        Sample good = Labelled.SampleOf(0, Labelled.Elements(0));
        Labelled.Write(folder.Path, [Labelled.SampleOf(1, Labelled.Elements(1)), Damage(good, damage)]);
        DatasetProblem[] problems = [.. Verify(folder.Path).Problems];
        Assert.Contains(problems, problem => problem.What.Contains(expected, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Equal("shard-000000.tar: 00000000", problem.Where));
    }

    [Fact]
    public void A_shard_that_is_cut_off_is_one_problem_with_its_name_and_the_rest_is_checked()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder.Path, 4, (_, elements) => elements);
        using (FileStream file = File.OpenWrite(folder["shards", "shard-000000.tar"])) file.SetLength(file.Length * 3 / 4);
        VerifyResult result = Verify(folder.Path);
        Assert.InRange(result.Samples, 1, 3);
        Assert.All(result.Problems.Take(3), problem => Assert.Equal("shard-000000.tar", problem.Where));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Workers_do_not_change_the_findings(int workers)
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 6; i++)
        {
            Labelled.Write(folder["one"], [Damage(Labelled.SampleOf(i, Labelled.Elements(i)), "spoken")]);
            Directory.CreateDirectory(folder["all"]);
            File.Move(folder["one", "shards", "shard-000000.tar"], folder["all", $"shard-{i:d6}.tar"]);
        }

        VerifyResult result = DatasetVerifier.Verify(folder["all"], null, workers, null, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"shard-{i:d6}.tar: {i:d8}"), result.Problems.Select(problem => problem.Where).Distinct());
    }

    private static VerifyResult Verify(string path) => DatasetVerifier.Verify(path, null, 2, null, CancellationToken.None);

    private static Sample Damage(Sample good, string damage)
    {
        JsonObject metadata = good.Metadata;
        JsonArray elements = metadata["elements"]!.AsArray();
        IReadOnlyList<Turn> turns = good.Conversation.Turns;
        switch (damage)
        {
            case "box": elements[2]!["box"] = new JsonArray(20, 20, 2000, 50); break;
            case "empty": elements[2]!["box"] = new JsonArray(20, 20, 20, 50); break;
            case "twice": elements[2]!["mark"] = 3; break;
            case "size": metadata["size"] = new JsonArray(100, 100); break;
            case "members": elements[2] = "text"; break;
            case "picture": return good with { Images = [new SampleImage(good.Images[0].Bytes[..200], "png")] };
            case "placeholder": return good with { Conversation = Conversation.Of("<image>\n<image>\nWhat?", "This.") };
            case "answer": return good with { Conversation = Conversation.Of("<image>\nWhat?", " ") };
            case "spoken": return good with { Conversation = Conversation.Of("<image>\nWhat?", "Text: News. Mark: 99.") };
        }

        return good with { Conversation = new Conversation(turns) };
    }
}
