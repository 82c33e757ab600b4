using System.Reflection;
using Magma.Testing;
using TorchSharp;

namespace Magma.TorchSharp.Tests.Surface;

/// <summary>
/// Code written on this library must compile on TorchSharp and the other way round: every public type and member here has the same
/// signature there. The listing is of TorchSharp 0.107.
/// </summary>
public class PublicSurfaceTests
{
    private static readonly Dictionary<string, (string Line, HashSet<string> Members)> Listing = Read();

    public static TheoryData<string> Types => [.. Exported.Select(type => type.FullName!)];

    private static IEnumerable<Type> Exported => typeof(torch).Assembly.GetExportedTypes();

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_public_member_is_one_of_TorchSharps(string name)
    {
        var type = typeof(torch).Assembly.GetType(name)!;
        var line = ApiText.Plain(ApiText.TypeLine(type));
        var key = Key(line);
        Assert.True(Listing.ContainsKey(key), $"TorchSharp has no {line}");
        var (expected, members) = Listing[key];
        Assert.Equal(expected, line);
        var unknown = type.IsEnum
            ? Enum.GetNames(type).Select(item => $"{item}={Convert.ToInt64(Enum.Parse(type, item))}").Where(item => !members.Contains(item))
            : ApiText.Members(type).Select(ApiText.Plain).Where(member => !members.Contains(member));
        Assert.True(!unknown.Any(), $"TorchSharp's {key} lacks:\n{string.Join('\n', unknown.Order())}");
    }

    [Fact]
    public void The_comparison_sees_names_types_defaults_and_modifiers()
    {
        Assert.Equal(
            [
                "new(int first, string second = default)",
                "static double? of(ReadOnlySpan<long> sizes, double scale = 0.5, bool copy = true)",
                "IList<T> all<T>(out T value, torch.ScalarType? dtype = default)",
                "protected virtual torch.Tensor Run(params torch.Tensor[] tensors)",
                "long Count { get; }",
            ],
            ApiText.Members(typeof(Sample)).Select(line => line.Replace("TorchSharp.torch.", "torch.", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_surface_is_broad_enough_to_be_worth_pinning()
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        Assert.InRange(typeof(torch.Tensor).GetMethods(Public).Length, 450, 2000);
    }

    private static string Key(string line) => line.Split(" : ")[0];

    private static Dictionary<string, (string Line, HashSet<string> Members)> Read()
    {
        var listing = new Dictionary<string, (string Line, HashSet<string> Members)>();
        HashSet<string> current = [];
        foreach (var line in File.ReadLines(Repository.Golden("torchsharp-api", "torchsharp-api.txt")).Where(line => line.Length > 0))
        {
            var plain = ApiText.Plain(line.Trim());
            if (!line.StartsWith("  ", StringComparison.Ordinal))
            {
                current = [];
                listing.TryAdd(Key(plain), (plain, current));
            }
            else if (plain.Contains('(', StringComparison.Ordinal) || !plain.Contains('=', StringComparison.Ordinal))
            {
                current.Add(plain);
            }
            else
            {
                current.UnionWith(plain.Split(", "));
            }
        }

        return listing;
    }

    private class Sample
    {
        public Sample(int first, string? second = null) => Count = first + (second?.Length ?? 0);

        public long Count { get; }

        public static double? of(ReadOnlySpan<long> sizes, double scale = 0.5, bool copy = true) => copy ? scale * sizes.Length : null;

        public IList<T> all<T>(out T? value, torch.ScalarType? dtype = null)
        {
            value = default;
            return dtype is null ? [] : [default!];
        }

        protected virtual torch.Tensor Run(params torch.Tensor[] tensors) => tensors[0];
    }
}
