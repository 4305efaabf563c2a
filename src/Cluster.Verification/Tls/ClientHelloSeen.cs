using System.Buffers.Binary;
using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>What a client offered in its ClientHello (RFC 8446, 4.1.2).</summary>
public sealed record ClientHelloSeen
{
    private const int SupportedVersions = 43;
    private const int RenegotiationInfo = 0x00FF;
    private const int FallbackSignal = 0x5600;

    /// <summary>The version in the fixed place: the newest of a client that does not know TLS 1.3, else that of TLS 1.2.</summary>
    public required int Legacy { get; init; }

    /// <summary>All versions by number, where the client lists them; null = it does not, and nothing shows its oldest.</summary>
    public IReadOnlyList<int>? Versions { get; init; }

    /// <summary>Suites by number, in the client's order; signals that only look like suites are left out.</summary>
    public required IReadOnlyList<int> Suites { get; init; }

    /// <summary>Reads the body of the message.</summary>
    /// <exception cref="IOException">It is none.</exception>
    public static ClientHelloSeen Read(ReadOnlySpan<byte> body)
    {
        try
        {
            // Version, 32 random bytes, session id, suites, compression, extensions.
            var rest = body[34..];
            rest = rest[(1 + rest[0])..];
            var suites = rest.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(rest));
            rest = rest[(2 + suites.Length)..];
            rest = rest[(1 + rest[0])..];
            return new ClientHelloSeen
            {
                Legacy = BinaryPrimitives.ReadUInt16BigEndian(body),
                Suites = [.. Numbers(suites).Where(IsReal).Where(s => s is not (RenegotiationInfo or FallbackSignal))],
                Versions = rest.Length < 2 ? null : VersionsIn(rest[2..]),
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new IOException("What the client sent is no ClientHello.");
        }
        catch (IndexOutOfRangeException)
        {
            throw new IOException("What the client sent is no ClientHello.");
        }
    }

    /// <summary>What is offered otherwise than a range says, as one sentence; null = nothing.</summary>
    /// <param name="range">What shall be offered.</param>
    public string? Against(TlsRange range) => AgainstVersions(range) ?? AgainstSuites(range);

    private string? AgainstVersions(TlsRange range)
    {
        if (Versions is null && Legacy != ClientHello.NumberOf(range.Maximum))
            return $"The newest version that it offers is {ClientHello.NameOf(Legacy)} instead of {ClientHello.NameOf(range.Maximum)}.";
        if (Versions is null) return null;
        foreach (var version in Enum.GetValues<TlsVersion>())
        {
            var isOffered = Versions.Contains(ClientHello.NumberOf(version));
            if (isOffered == range.Takes(version)) continue;
            var name = ClientHello.NameOf(version);
            return isOffered ? $"It offers {name}, which is not among the versions." : $"It does not offer {name}.";
        }

        return null;
    }

    private string? AgainstSuites(TlsRange range)
    {
        foreach (var version in range.NewestOfEachSort())
        {
            var isTls13 = version == TlsVersion.Tls13;
            int[] offered = [.. Suites.Where(s => CipherSuites.IsOfTls13(s) == isTls13)];
            if (offered.Length == 0) return $"It offers no cipher for {ClientHello.NameOf(version)}.";
            int[] named = [.. range.Named(version).Select(s => s.Code)];
            if (named.Length == 0 || offered.SequenceEqual(named)) continue;
            if (Missing(named, offered) is { } missing) return $"It does not offer the cipher {missing}.";
            if (Missing(offered, named) is { } more) return $"It also offers the cipher {more}, which is not among those named.";
            return $"It offers the ciphers in another order: {string.Join(", ", offered.Select(CipherSuites.NameOf))}.";
        }

        return null;
    }

    private static string? Missing(int[] of, int[] from) =>
        of.Except(from).Select(CipherSuites.NameOf).FirstOrDefault();

    private static List<int>? VersionsIn(ReadOnlySpan<byte> extensions)
    {
        for (; extensions.Length >= 4;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(extensions) == SupportedVersions)
                return [.. Numbers(extensions.Slice(5, extensions[4])).Where(IsReal)];
            extensions = extensions[(4 + length)..];
        }

        return null;
    }

    private static List<int> Numbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new List<int>(bytes.Length / 2);
        for (; bytes.Length >= 2; bytes = bytes[2..]) numbers.Add(BinaryPrimitives.ReadUInt16BigEndian(bytes));
        return numbers;
    }

    // RFC 8701: values that clients make up to keep servers tolerant, 0x?A?A with equal bytes.
    private static bool IsReal(int number) => (number & 0x0F0F) != 0x0A0A || number >> 8 != (number & 0xFF);
}
