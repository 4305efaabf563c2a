using System.IO.Compression;
using System.Text;

namespace Cluster.Pki.Names.Idna;

/// <summary>
/// Properties of characters that decide about host names, read from <c>idna.tables</c> (made by <c>make-tables.py</c> from Unicode 15).
/// The programs run without ICU, so the runtime neither normalises nor folds.
/// </summary>
internal sealed class IdnaTables
{
    private static readonly Lazy<IdnaTables> Loaded = new(() => new IdnaTables());

    private readonly Dictionary<int, string> mappings = [];
    private readonly Dictionary<int, (int First, int Second)> decompositions = [];
    private readonly Dictionary<(int First, int Second), int> compositions = [];
    private readonly int[] starts;
    private readonly int[] ends;
    private readonly int[] flags;

    private IdnaTables()
    {
        using var resource = typeof(IdnaTables).Assembly.GetManifestResourceStream("idna.tables")
            ?? throw new InvalidOperationException("The tables of IDNA are not in the assembly.");
        using var tables = new BinaryReader(new BufferedStream(new DeflateStream(resource, CompressionMode.Decompress)));
        ReadMappings(tables);
        ReadDecompositions(tables);
        var count = tables.Read7BitEncodedInt();
        (starts, ends, flags) = (new int[count], new int[count], new int[count]);
        var last = 0;
        for (var i = 0; i < count; i++)
        {
            starts[i] = last + tables.Read7BitEncodedInt();
            ends[i] = last = starts[i] + tables.Read7BitEncodedInt();
            flags[i] = tables.Read7BitEncodedInt();
        }
    }

    /// <summary>The tables, read once.</summary>
    public static IdnaTables Instance => Loaded.Value;

    /// <summary>
    /// What UTS #46 maps a character to (non-transitional): lower case, compatibility forms, nothing for what is ignored.
    /// </summary>
    public bool TryMap(Rune rune, out string mapped) => mappings.TryGetValue(rune.Value, out mapped!);

    /// <summary>Canonical decomposition; the second is 0 when it is one character.</summary>
    public bool TryDecompose(int point, out (int First, int Second) parts) => decompositions.TryGetValue(point, out parts);

    /// <summary>The character that two compose to; 0 = none.</summary>
    public int Compose(int first, int second) => compositions.GetValueOrDefault((first, second));

    /// <summary>Canonical combining class; 0 = a starter.</summary>
    public int CombiningClass(int point) => Flags(point) & 0xFF;

    /// <summary>Whether IDNA 2008 allows the character in a label (RFC 5892).</summary>
    public IdnaStatus Status(int point)
    {
        if (point >= 0x80) return (IdnaStatus)((Flags(point) >> 8) & 3);
        var isAllowed = char.IsAsciiLetterLower((char)point) || char.IsAsciiDigit((char)point) || point == '-';
        return isAllowed ? IdnaStatus.Valid : IdnaStatus.Disallowed;
    }

    /// <summary>Direction class of a character that is allowed.</summary>
    public BidiClass Bidi(int point)
    {
        if (point >= 0x80) return (BidiClass)((Flags(point) >> 10) & 0xF);
        if (char.IsAsciiDigit((char)point)) return BidiClass.EN;
        return point == '-' ? BidiClass.ES : BidiClass.L;
    }

    /// <summary>How a character that is allowed joins its neighbours.</summary>
    public JoiningType Joining(int point) => (JoiningType)((Flags(point) >> 14) & 7);

    private int Flags(int point)
    {
        var index = Array.BinarySearch(starts, point);
        if (index < 0) index = ~index - 1;
        return index >= 0 && point <= ends[index] ? flags[index] : 0;
    }

    private void ReadMappings(BinaryReader tables)
    {
        var point = 0;
        for (var left = tables.Read7BitEncodedInt(); left > 0; left--)
        {
            point += tables.Read7BitEncodedInt();
            var text = new StringBuilder();
            for (var length = tables.Read7BitEncodedInt(); length > 0; length--) text.Append(new Rune(tables.Read7BitEncodedInt()));
            mappings.Add(point, text.ToString());
        }
    }

    private void ReadDecompositions(BinaryReader tables)
    {
        var point = 0;
        for (var left = tables.Read7BitEncodedInt(); left > 0; left--)
        {
            var step = tables.Read7BitEncodedInt();
            point += step / 2;
            var parts = (tables.Read7BitEncodedInt(), tables.Read7BitEncodedInt());
            decompositions.Add(point, parts);
            if (step % 2 == 0) compositions.Add(parts, point);
        }
    }
}

/// <summary>What IDNA 2008 says of a character (RFC 5892).</summary>
internal enum IdnaStatus
{
    Disallowed,
    Valid,
    Contextual,
}

/// <summary>Direction classes that the Bidi rule tells apart (RFC 5893).</summary>
internal enum BidiClass
{
    Other,
    L,
    R,
    AL,
    AN,
    EN,
    ES,
    CS,
    ET,
    ON,
    BN,
    NSM,
}

/// <summary>How a character joins its neighbours (Unicode, Joining_Type).</summary>
internal enum JoiningType
{
    None,
    Causing,
    Dual,
    Left,
    Right,
    Transparent,
}
