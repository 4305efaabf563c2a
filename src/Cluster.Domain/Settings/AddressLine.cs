namespace Cluster.Domain.Settings;

/// <summary>
/// All addresses, cut where any of some ranges begins or ends: within a piece every address is in the same ranges. Pieces are painted in
/// the order in which ranges are asked; what is painted first stays, as the first match wins.
/// </summary>
internal sealed class AddressLine
{
    private readonly UInt128[][] starts;

    /// <summary>Cuts at the ends of ranges.</summary>
    public AddressLine(IReadOnlyList<AddressRange> ranges)
    {
        starts = [Cut(ranges, isV6: false), Cut(ranges, isV6: true)];
    }

    /// <summary>How many pieces there are.</summary>
    public int Count => starts[0].Length + starts[1].Length;

    /// <summary>The pieces of a range: the first, and the one behind the last.</summary>
    public (int From, int To) PiecesOf(AddressRange range)
    {
        var own = starts[range.IsV6 ? 1 : 0];
        var offset = range.IsV6 ? starts[0].Length : 0;
        return (offset + At(own, range.First), offset + At(own, range.Last) + 1);
    }

    /// <summary>Nothing is painted yet.</summary>
    public AddressPaint NewPaint() => new(Count);

    private static UInt128[] Cut(IReadOnlyList<AddressRange> ranges, bool isV6)
    {
        var highest = isV6 ? UInt128.MaxValue : uint.MaxValue;
        var cuts = new List<UInt128> { UInt128.Zero };
        foreach (var range in ranges)
        {
            if (range.IsV6 != isV6) continue;
            cuts.Add(range.First);
            if (range.Last < highest) cuts.Add(range.Last + 1);
        }

        cuts.Sort();
        return [.. cuts.Distinct()];
    }

    private static int At(UInt128[] sorted, UInt128 value) =>
        Array.BinarySearch(sorted, value) is >= 0 and var found ? found : ~Array.BinarySearch(sorted, value) - 1;
}

/// <summary>Which number each piece of an <see cref="AddressLine"/> was painted with first.</summary>
internal sealed class AddressPaint
{
    /// <summary>Said of a piece that is not painted.</summary>
    public const int None = int.MaxValue;

    private readonly int[] owners;

    // The nearest piece from here on that is not painted, or one before it.
    private readonly int[] next;

    /// <summary>Begins with nothing painted.</summary>
    public AddressPaint(int count)
    {
        owners = new int[count];
        Array.Fill(owners, None);
        next = [.. Enumerable.Range(0, count + 1)];
    }

    /// <summary>What a piece was painted with; <see cref="None"/> = nothing.</summary>
    public int this[int piece] => owners[piece];

    /// <summary>Paints what is not painted yet.</summary>
    /// <returns>Whether anything was left to paint.</returns>
    public bool Paint((int From, int To) pieces, int owner)
    {
        var painted = false;
        for (var at = Free(pieces.From); at < pieces.To; at = Free(at))
        {
            owners[at] = owner;
            next[at] = at + 1;
            painted = true;
        }

        return painted;
    }

    private int Free(int at)
    {
        while (next[at] != at)
        {
            next[at] = next[next[at]];
            at = next[at];
        }

        return at;
    }
}
