using Magma.Browser;
using Magma.Data;

namespace Magma.Annotation.Pages;

/// <summary>Which elements of a captured page get a mark.</summary>
public static class PageMarks
{
    private const double SameBox = 0.8;

    /// <summary>
    /// Everything that can be used, and texts, headings and pictures that are no part of it. Regions get none. Of elements that are nested and have nearly
    /// the same box (a clickable row around a link), the one with a role of its own gets the mark, the inner one where both have.
    /// </summary>
    /// <returns>Indices into the list, in its order.</returns>
    public static IReadOnlyList<int> Choose(IReadOnlyList<PageElement> elements)
    {
        var chosen = new bool[elements.Count];
        for (int index = 0; index < elements.Count; index++)
        {
            PageElement one = elements[index];
            if (one.Element.Kind == ElementKind.Region) continue;
            int? around = UsableAround(elements, index);
            if (!one.Element.Interactable)
            {
                chosen[index] = around is null;
                continue;
            }

            if (around is { } outer && chosen[outer] && one.Element.Box.IntersectionOverUnion(elements[outer].Element.Box) > SameBox)
            {
                if (one.Role == "clickable") continue;
                chosen[outer] = false;
            }

            chosen[index] = true;
        }

        return [.. Enumerable.Range(0, elements.Count).Where(index => chosen[index])];
    }

    /// <summary>
    /// How probable it is that an element of a page is asked about: half for <c>h1</c>, <c>h2</c>, <c>a</c>, <c>button</c>, <c>option</c> and <c>nav</c>, a tenth
    /// for others, every <c>input</c> (Vision2UI's part of the data; paper arXiv 2502.13130, supplement B.1.1).
    /// </summary>
    public static double AskedShare(PageElement element) => element.Tag switch
    {
        "h1" or "h2" or "a" or "button" or "option" or "nav" => 0.5,
        "input" => 1,
        _ => 0.1,
    };

    /// <summary>The nearest element around one that can be used; null for none.</summary>
    public static int? UsableAround(IReadOnlyList<PageElement> elements, int index)
    {
        for (int? at = elements[index].Parent; at is { } outer; at = elements[outer].Parent)
        {
            if (elements[outer].Element.Interactable) return outer;
        }

        return null;
    }
}
