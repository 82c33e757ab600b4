using Magma.Testing;

namespace Magma.Torch.Tests.Safetensors;

/// <summary>Files that break one rule each; the message must name that rule and the file.</summary>
public class HostileFilesTests
{
    [Theory]
    [InlineData("header-longer-than-file", "header length 4096 in a file of 147 bytes")]
    [InlineData("header-length-huge", "header length 9223372036854775809 is above the format's limit")]
    [InlineData("header-length-100mb", "is above the format's limit of 100000000 bytes")]
    [InlineData("overlap", "'b' begins at byte 8 and overlaps the tensor that ends at 12")]
    [InlineData("hole", "belong to no tensor")]
    [InlineData("out-of-range", "the file is truncated")]
    [InlineData("end-before-begin", "before it begins")]
    [InlineData("negative-offset", "whole numbers from 0 on")]
    [InlineData("size-mismatch", "takes 12 bytes, data_offsets give 8")]
    [InlineData("duplicate-name", "'a' occurs twice")]
    [InlineData("duplicate-name-same-bytes", "'a' occurs twice")]
    [InlineData("unknown-dtype", "unknown dtype 'Q99'")]
    [InlineData("lower-case-dtype", "unknown dtype 'f32'")]
    [InlineData("negative-shape", "whole numbers from 0 on")]
    [InlineData("fraction-shape", "whole numbers from 0 on")]
    [InlineData("shape-overflow", "bytes, data_offsets give")]
    [InlineData("shape-overflow-to-16-bytes", "bytes, data_offsets give 16")]
    [InlineData("trailing-bytes", "16 bytes after the last tensor belong to no tensor")]
    [InlineData("truncated-data", "the file is truncated")]
    [InlineData("not-json", "does not begin with '{'")]
    [InlineData("array-header", "does not begin with '{'")]
    [InlineData("bad-utf8", "not valid UTF-8")]
    [InlineData("leading-space", "does not begin with '{'")]
    [InlineData("metadata-not-string", "is not a text")]
    [InlineData("missing-offsets", "lacks dtype, shape or data_offsets")]
    [InlineData("deep-json", "'a' is not an object")]
    [InlineData("short", "5 bytes are too short")]
    [InlineData("empty", "is empty, or a pipe or device")]
    public void A_file_that_breaks_a_rule_is_refused_with_that_rule(string name, string message)
    {
        var path = Repository.Golden("safetensors", "hostile", $"{name}.safetensors");
        var problem = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.Contains(message, problem.Message);
        Assert.Contains(path, problem.Message);
    }

    [Fact]
    public void Unknown_keys_of_an_entry_are_skipped()
    {
        using var file = SafetensorsFile.Open(Repository.Golden("safetensors", "hostile", "unknown-key.safetensors"));
        Assert.Single(file.Entries);
    }

    [Fact]
    public void An_index_cannot_point_out_of_its_folder()
    {
        var problem = Assert.Throws<InvalidDataException>(
            () => SafetensorsFile.Open(Repository.Golden("safetensors", "hostile", "sharded-escape")).Dispose());
        Assert.Contains("is not the name of a file beside the index", problem.Message);
    }

    [Fact]
    public void A_shard_that_is_missing_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["model.safetensors.index.json"], """{"weight_map": {"a": "absent.safetensors"}}""");
        var problem = Assert.ThrowsAny<IOException>(() => SafetensorsFile.Open(folder.Path).Dispose());
        Assert.Contains("absent.safetensors", problem.Message);
    }

    [Fact]
    public void An_index_that_disagrees_with_its_shards_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.Golden("safetensors", "no-metadata.safetensors"), folder["one.safetensors"]);
        File.WriteAllText(folder["model.safetensors.index.json"], """{"weight_map": {"ghost": "one.safetensors"}}""");
        var problem = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder.Path).Dispose());
        Assert.Contains("the shard lacks [ghost]", problem.Message);
    }

    [Fact]
    public void A_name_that_is_not_there_is_reported()
    {
        using var file = SafetensorsFile.Open(Repository.Golden("safetensors", "no-metadata.safetensors"));
        Assert.Contains("'nobody'", Assert.Throws<InvalidDataException>(() => file.Load("nobody")).Message);
    }
}
