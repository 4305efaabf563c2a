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

    private readonly Dictionary<int, string> _mappings = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly int[] _flags;

    private IdnaTables()
    {
        using var resource = typeof(IdnaTables).Assembly.GetManifestResourceStream("idna.tables")
            ?? throw new InvalidOperationException("The tables of IDNA are not in the assembly.");
        using var tables = new BinaryReader(new BufferedStream(new DeflateStream(resource, CompressionMode.Decompress)));
        ReadMappings(tables);
        ReadDecompositions(tables);
        var count = tables.Read7BitEncodedInt();
        (_starts, _ends, _flags) = (new int[count], new int[count], new int[count]);
        var last = 0;
        for (var i = 0; i < count; i++)
        {
            _starts[i] = last + tables.Read7BitEncodedInt();
            _ends[i] = last = _starts[i] + tables.Read7BitEncodedInt();
            _flags[i] = tables.Read7BitEncodedInt();
        }
    }

    /// <summary>The tables, read once.</summary>
    public static IdnaTables Instance => Loaded.Value;

    /// <summary>
    /// What UTS #46 maps a character to (non-transitional): lower case, compatibility forms, nothing for what is ignored.
    /// </summary>
    public bool TryMap(Rune rune, out string mapped) => _mappings.TryGetValue(rune.Value, out mapped!);

    /// <summary>Canonical decomposition; the second is 0 when it is one character.</summary>
    public bool TryDecompose(int point, out (int First, int Second) parts) => _decompositions.TryGetValue(point, out parts);

    /// <summary>The character that two compose to; 0 = none.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault((first, second));

    /// <summary>Canonical combining class; 0 = a starter.</summary>
    public int CombiningClass(int point) => Flags(point) & 0xFF;

    /// <summary>Whether IDNA 2008 allows the character in a label (RFC 5892).</summary>
    public IdnaStatus Status(int point) => point < 0x80
        ? char.IsAsciiLetterLower((char)point) || char.IsAsciiDigit((char)point) || point == '-' ? IdnaStatus.Valid : IdnaStatus.Disallowed
        : (IdnaStatus)((Flags(point) >> 8) & 3);

    /// <summary>Direction class of a character that is allowed.</summary>
    public BidiClass Bidi(int point) => point < 0x80
        ? char.IsAsciiDigit((char)point) ? BidiClass.EN : point == '-' ? BidiClass.ES : BidiClass.L
        : (BidiClass)((Flags(point) >> 10) & 0xF);

    /// <summary>How a character that is allowed joins its neighbours.</summary>
    public JoiningType Joining(int point) => (JoiningType)((Flags(point) >> 14) & 7);

    private int Flags(int point)
    {
        var index = Array.BinarySearch(_starts, point);
        if (index < 0) index = ~index - 1;
        return index >= 0 && point <= _ends[index] ? _flags[index] : 0;
    }

    private void ReadMappings(BinaryReader tables)
    {
        var point = 0;
        for (var left = tables.Read7BitEncodedInt(); left > 0; left--)
        {
            point += tables.Read7BitEncodedInt();
            var text = new StringBuilder();
            for (var length = tables.Read7BitEncodedInt(); length > 0; length--) text.Append(new Rune(tables.Read7BitEncodedInt()));
            _mappings.Add(point, text.ToString());
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
            _decompositions.Add(point, parts);
            if (step % 2 == 0) _compositions.Add(parts, point);
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
