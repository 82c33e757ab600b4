namespace Magma.Data;

/// <summary>A picture of a sample, as encoded bytes: it goes into a shard and out again without being decoded.</summary>
/// <param name="Bytes">The encoded picture, a whole PNG, JPEG or WebP file.</param>
/// <param name="Extension">How the file name ends in a shard: <c>png</c>, <c>jpg</c> or <c>webp</c>, without a dot.</param>
public readonly record struct SampleImage(ReadOnlyMemory<byte> Bytes, string Extension);
