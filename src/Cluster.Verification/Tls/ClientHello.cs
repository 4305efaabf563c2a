using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>What a ClientHello offers: one version, and suites of it.</summary>
public sealed record HelloOffer
{
    /// <summary>No other is offered: a server that takes only another one refuses, or answers with its own.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>Suites by number, in order of preference; absent = all known ones of the version.</summary>
    public IReadOnlyList<int>? Suites { get; init; }

    /// <summary>Server name indication (RFC 6066, 3); null = none is sent.</summary>
    public string? ServerName { get; init; }

    /// <summary>Which kind of certificate the client can use.</summary>
    public KeyKinds KeyKinds { get; init; } = KeyKinds.Any;
}

/// <summary>
/// Writes the first message of a handshake byte by byte: the platform's TLS does not offer versions that it holds for too old.
/// </summary>
internal static class ClientHello
{
    private const int X25519 = 0x001D;
    private const int RenegotiationInfo = 0x00FF;
    private const byte Handshake = 22;
    private static readonly int[] EcdsaSchemes = [0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0203];
    private static readonly int[] RsaSchemes = [0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601, 0x0201];

    /// <summary>The number of a version on the wire (RFC 8446, 4.2.1).</summary>
    public static int NumberOf(TlsVersion version) => 0x0301 + (int)version;

    /// <summary>The version of a number, as settings call it; other numbers in hex.</summary>
    public static string NameOf(int number) => number is >= 0x0301 and <= 0x0304
        ? NameOf((TlsVersion)(number - 0x0301))
        : number.ToString("X4", CultureInfo.InvariantCulture);

    /// <summary>A version as settings call it.</summary>
    public static string NameOf(TlsVersion version) => EnumNames.Of(version);

    /// <summary>One record with the message.</summary>
    public static byte[] Write(HelloOffer offer)
    {
        var isTls13 = offer.Version == TlsVersion.Tls13;
        var body = new WireWriter();
        body.Number(Math.Min(NumberOf(offer.Version), 0x0303), 2);
        body.Bytes(RandomNumberGenerator.GetBytes(32));
        body.Vector(1, v => v.Bytes(isTls13 ? RandomNumberGenerator.GetBytes(32) : []));
        var suites = offer.Suites ?? (isTls13 ? CipherSuites.OfTls13 : CipherSuites.UpToTls12);
        body.Vector(2, v => v.Numbers(isTls13 ? suites : suites.Append(RenegotiationInfo)));
        body.Vector(1, v => v.Number(0, 1));
        body.Vector(2, v => Extensions(v, offer));

        var message = new WireWriter();
        message.Number(1, 1);
        message.Vector(3, v => v.Bytes(body.ToArray()));
        var record = new WireWriter();
        record.Number(Handshake, 1);
        record.Number(0x0301, 2);
        record.Vector(2, v => v.Bytes(message.ToArray()));
        return record.ToArray();
    }

    private static void Extensions(WireWriter to, HelloOffer offer)
    {
        if (offer.ServerName is { } name)
            Extension(to, 0, e => e.Vector(2, list =>
            {
                list.Number(0, 1);
                list.Vector(2, host => host.Bytes(Encoding.ASCII.GetBytes(name)));
            }));
        Extension(to, 10, e => e.Vector(2, groups => groups.Numbers([X25519, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101])));
        Extension(to, 11, e => e.Vector(1, formats => formats.Number(0, 1)));
        if (offer.Version >= TlsVersion.Tls12) Extension(to, 13, e => e.Vector(2, schemes => schemes.Numbers(SchemesOf(offer.KeyKinds))));
        if (offer.Version != TlsVersion.Tls13) return;
        Extension(to, 43, e => e.Vector(1, versions => versions.Number(NumberOf(offer.Version), 2)));

        // A made-up share: the server's answer is all that is asked for, no key is agreed on.
        Extension(to, 51, e => e.Vector(2, shares =>
        {
            shares.Number(X25519, 2);
            shares.Vector(2, share => share.Bytes(RandomNumberGenerator.GetBytes(32)));
        }));
    }

    private static int[] SchemesOf(KeyKinds kinds) => kinds switch
    {
        KeyKinds.Rsa => RsaSchemes,
        KeyKinds.Ecdsa => EcdsaSchemes,
        _ => [.. EcdsaSchemes, .. RsaSchemes],
    };

    private static void Extension(WireWriter to, int type, Action<WireWriter> content)
    {
        to.Number(type, 2);
        to.Vector(2, content);
    }

    // Numbers and vectors in the presentation of RFC 8446, 3.
    private sealed class WireWriter
    {
        private readonly List<byte> bytes = [];

        public void Number(int value, int width)
        {
            Span<byte> buffer = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(buffer, value);
            bytes.AddRange(buffer[(4 - width)..]);
        }

        public void Numbers(IEnumerable<int> values)
        {
            foreach (var value in values) Number(value, 2);
        }

        public void Bytes(ReadOnlySpan<byte> more) => bytes.AddRange(more);

        public void Vector(int lengthWidth, Action<WireWriter> content)
        {
            var inner = new WireWriter();
            content(inner);
            Number(inner.bytes.Count, lengthWidth);
            Bytes(inner.ToArray());
        }

        public byte[] ToArray() => [.. bytes];
    }
}
