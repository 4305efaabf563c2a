using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Containers.Pem;
using Cluster.Pki.Containers.Pkcs12;

namespace Cluster.Pki.Containers;

/// <summary>Reads certificates, keys and requests from any container in use; every refusal is a value.</summary>
public static class CertificateReader
{
    /// <summary>Largest input, in bytes.</summary>
    public const int MaximumSize = 10 * 1024 * 1024;

    /// <summary>Reads data of any format.</summary>
    public static ReadResult Read(ReadOnlyMemory<byte> data, ReadOptions? options = null)
    {
        var session = new ReadSession(options ?? new ReadOptions());
        if (data.IsEmpty) session.Add(Refusals.Empty);
        else if (data.Length > MaximumSize) session.Add(Refusals.TooLarge(data.Length));
        else Dispatch(session, data, options?.Format);
        return session.Finish();
    }

    /// <summary>Reads data of any format with the passwords given.</summary>
    public static ReadResult Read(ReadOnlyMemory<byte> data, params string[] passwords) =>
        Read(data, new ReadOptions { Passwords = passwords });

    private static void Dispatch(ReadSession session, ReadOnlyMemory<byte> data, ContainerKind? format)
    {
        if (ForeignFormats.Recognise(data.Span) is { } foreign)
        {
            session.Add(new FoundContainer(foreign.Kind, foreign.Name));
            session.Add(Refusals.UnsupportedFormat(foreign.Name, foreign.Hint));
            return;
        }

        var text = IsObject(data) ? null : PemText.TryDecode(data.Span);
        if (format is null or ContainerKind.Pem && text is not null && PemScanner.HasBlock(text)) PemReader.Read(session, text);
        else if (text is not null && PemText.TryBareBase64(text) is { } decoded) ReadBinary(session, decoded, format);
        else ReadBinary(session, data, format);
    }

    // A binary object may hold PEM text inside; what it says is not what the file is.
    private static bool IsObject(ReadOnlyMemory<byte> data) =>
        data.Span[0] == 0x30 && DerShapes.FirstValue(data) is { } value && DerShapes.Recognise(value) != DerShape.Unknown;

    private static void ReadBinary(ReadSession session, ReadOnlyMemory<byte> data, ContainerKind? format)
    {
        try
        {
            var first = DerShapes.FirstValue(data);
            if (first is null)
            {
                session.Add(
                    data.Span[0] == 0x30
                        ? Refusals.Damaged("A DER object", "it is truncated or its lengths are wrong")
                        : UnknownFiles.Refuse(data.Span));
                return;
            }

            var shape = DerShapes.Recognise(first.Value);
            if (format is { } forced && DerShapes.Container(shape) != forced)
            {
                session.Add(Refusals.Unknown($"The data is not {forced} as the request says"));
                return;
            }

            if (DerShapes.Container(shape) == ContainerKind.Der) session.Add(new FoundContainer(ContainerKind.Der, DerShapes.Name(shape)));
            DerObjects.Read(session, first.Value, shape, label: null);
            var rest = data.Span[first.Value.Length..];
            if (shape != DerShape.Unknown && rest.ContainsAnyExcept((byte)0, (byte)'\r', (byte)'\n'))
                session.Add(ReadNotes.TrailingData(DerShapes.Name(shape), rest.Length));
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            session.Add(Refusals.Damaged("A DER object", "its structure breaks off"));
        }
    }
}
