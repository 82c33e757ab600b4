using System.Text.Json.Nodes;

namespace Magma.Data;

/// <summary>One training example, as it lies in a shard: pictures, a conversation about them, and everything else that is known.</summary>
/// <param name="Key">
/// Its name, unique in the data set: letters, digits, <c>-</c> and <c>_</c>, at most 80 of them (a dot would end the key in a WebDataset).
/// </param>
/// <param name="Images">The pictures in the order of the conversation's placeholders; may be empty.</param>
/// <param name="Conversation">Questions and answers.</param>
/// <param name="Metadata">
/// Further members of the sample's JSON file (source, elements, marks, traces, kinds of question …), each stating its unit. The members
/// <c>key</c>, <c>images</c> and <c>conversations</c> are written from the sample itself and must not be in here.
/// </param>
public sealed record Sample(string Key, IReadOnlyList<SampleImage> Images, Conversation Conversation, JsonObject Metadata)
{
    /// <summary>
    /// Further files that lie beside the sample's own in a shard, by extension without a leading dot, such as <c>screen.png</c>: not part
    /// of the conversation. None may be <c>json</c> or the extension of a picture.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();
}
