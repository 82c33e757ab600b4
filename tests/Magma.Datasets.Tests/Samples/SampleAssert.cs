using System.Text.Json.Nodes;
using Magma.Data;

namespace Magma.Datasets.Tests;

/// <summary>Compares samples by content; a record compares its lists by reference.</summary>
internal static class SampleAssert
{
    public static void Same(Sample expected, Sample actual)
    {
        Assert.Equal(expected.Key, actual.Key);
        Assert.Equal(expected.Images.Select(image => image.Extension), actual.Images.Select(image => image.Extension));
        Assert.Equal(expected.Images.Select(image => image.Bytes.ToArray()), actual.Images.Select(image => image.Bytes.ToArray()));
        Assert.Equal(expected.Conversation.Turns, actual.Conversation.Turns);
        Assert.True(JsonNode.DeepEquals(expected.Metadata, actual.Metadata), $"{expected.Metadata} != {actual.Metadata}");
    }
}
