using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Containers.Decryption;

namespace Cluster.Pki.Containers.Pem;

/// <summary>Reads every block of a PEM text.</summary>
internal static class PemReader
{
    public static void Read(ReadSession session, string text)
    {
        var blocks = 0;
        bool? replaced = null;
        foreach (var block in PemScanner.Scan(text))
        {
            if (!session.Budget.TryTakeObject())
            {
                session.Add(Refusals.TooExpensive("A PEM text", "it has more blocks than are read at once"));
                break;
            }

            blocks++;
            if (block.Data is null && (replaced ??= PemDashes.AreReplaced(text)) == true) session.Add(PemDashes.Refusal);
            else ReadBlock(session, block);
        }

        session.Add(new FoundContainer(ContainerKind.Pem, blocks == 1 ? "1 block" : $"{blocks} blocks"));
    }

    private static void ReadBlock(ReadSession session, PemBlock block)
    {
        if (Foreign(block.Label) is { } refusal)
        {
            session.Add(refusal);
            return;
        }

        if (block.Data is null)
        {
            session.Add(Refusals.Damaged($"A PEM block '{block.Label}'", "its base64 is broken or its END line is missing"));
            return;
        }

        try
        {
            if (block.Headers.TryGetValue("DEK-Info", out var encryption)) TraditionalEncryption.Read(session, block, encryption);
            else ReadValue(session, block);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            session.Add(Refusals.Damaged($"A PEM block '{block.Label}'", "its structure breaks off"));
        }
    }

    private static void ReadValue(ReadSession session, PemBlock block)
    {
        var data = new ReadOnlyMemory<byte>(block.Data);
        var first = DerShapes.FirstValue(data);
        // Parameters stand before keys that OpenSSL 1.0 wrote; they repeat what the key says.
        if (block.Label is "EC PARAMETERS") return;
        if (first is null)
        {
            session.Add(Refusals.Damaged($"A PEM block '{block.Label}'", "it is truncated or holds no DER"));
            return;
        }

        var shape = DerShapes.Recognise(first.Value);
        if (shape == DerShape.Unknown && Expected(block.Label))
        {
            session.Add(Refusals.Damaged($"A PEM block '{block.Label}'", "its content is not what the label says"));
            return;
        }

        DerObjects.Read(session, first.Value, shape, block.Label);
        if (first.Value.Length != data.Length && block.Label is not "TRUSTED CERTIFICATE")
            session.Add(ReadNotes.TrailingData(DerShapes.Name(shape), data.Length - first.Value.Length));
    }

    private static bool Expected(string label) =>
        label is "PKCS7" or "CMS" or "PKCS12"
            || label.EndsWith("CERTIFICATE", StringComparison.Ordinal)
            || label.EndsWith("CERTIFICATE REQUEST", StringComparison.Ordinal)
            || label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);

    private static PkiError? Foreign(string label)
    {
        if (label is "OPENSSH PRIVATE KEY")
            return Refusals.UnsupportedFormat(
                "A key of OpenSSH", "Convert a copy: ssh-keygen -p -m PKCS8 -f FILE; mostly the key of the certificate is another one.");
        if (label.StartsWith("PGP ", StringComparison.Ordinal))
            return Refusals.UnsupportedFormat("An OpenPGP block", "Send X.509 certificates and their keys.");
        return label.StartsWith("SSH2 ", StringComparison.Ordinal)
            ? Refusals.UnsupportedFormat("An SSH key", "Send X.509 certificates and their keys.")
            : null;
    }
}
