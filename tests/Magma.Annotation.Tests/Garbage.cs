using System.Buffers.Binary;
using System.Text;

namespace Magma.Annotation.Tests;

/// <summary>Inputs that are no pictures, whatever their names say.</summary>
internal static class Garbage
{
    public static readonly string[] Names = ["empty.png", "truncated.png", "text.png", "huge.png", "broken.jpg", "gone.png"];

    public static void Make(string folder)
    {
        byte[] good = File.ReadAllBytes(Directory.EnumerateFiles(folder, "*.png").First());
        File.WriteAllBytes(Path.Combine(folder, "empty.png"), []);
        File.WriteAllBytes(Path.Combine(folder, "truncated.png"), good[..(good.Length / 2)]);
        File.WriteAllText(Path.Combine(folder, "text.png"), "I am not a picture, whatever my name says.");
        byte[] huge = (byte[])good.Clone();
        BinaryPrimitives.WriteInt32BigEndian(huge.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(huge.AsSpan(20), 60_000);
        File.WriteAllBytes(Path.Combine(folder, "huge.png"), huge);
        File.WriteAllBytes(Path.Combine(folder, "broken.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.ASCII.GetBytes("JFIF? no.")]);
        // A link to nothing cannot be read by anybody, not even by root.
        File.CreateSymbolicLink(Path.Combine(folder, "gone.png"), Path.Combine(folder, "nowhere"));
    }
}
