using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>A captured page with its marks.</summary>
/// <param name="Marked">Its Set-of-Mark sample.</param>
/// <param name="Elements">All its elements.</param>
/// <param name="Marks">The elements that have marks; the index in this list is the mark.</param>
/// <param name="Size">The size of the picture.</param>
public sealed record PageStep(Sample Marked, IReadOnlyList<PageElement> Elements, IReadOnlyList<int> Marks, PixelSize Size)
{
    /// <summary>The element of a mark.</summary>
    public PageElement ElementOf(int mark) => Elements[Marks[mark]];
}
