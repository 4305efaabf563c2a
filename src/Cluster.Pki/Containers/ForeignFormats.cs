namespace Cluster.Pki.Containers;

/// <summary>Formats that are recognised, so that their refusal can say what to do.</summary>
internal static class ForeignFormats
{
    private const string Keytool = "Convert it: keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12.";

    public sealed record Foreign(ContainerKind Kind, string Name, string Hint);

    public static Foreign? Recognise(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xED, 0xFE, 0xED])) return new(ContainerKind.Jks, "A Java key store (JKS)", Keytool);
        if (data.StartsWith((ReadOnlySpan<byte>)[0xCE, 0xCE, 0xCE, 0xCE]))
            return new(ContainerKind.Jceks, "A Java key store (JCEKS)", Keytool);
        if (data.StartsWith((ReadOnlySpan<byte>)[0x1E, 0xF1, 0xB5, 0xB0]))
            return new(ContainerKind.Unknown, "A Microsoft PVK key", "Convert it: openssl rsa -inform PVK -in FILE -out key.pem.");
        if (data.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 0, (byte)'C', (byte)'E', (byte)'R', (byte)'T']))
            return new(
                ContainerKind.Unknown,
                "A Microsoft certificate store (SST)",
                "Export the certificates as PKCS#7 (.p7b) or, with the key, as PKCS#12 (.pfx).");
        if (data.StartsWith("PuTTY-User-Key-File"u8))
            return new(ContainerKind.Unknown, "A PuTTY key", "It is a key for SSH; send the key of the certificate.");
        return data.StartsWith("ssh-"u8) || data.StartsWith("ecdsa-sha2-"u8)
            ? new(ContainerKind.Unknown, "An SSH public key", "Send a certificate or a key in PEM, DER or PKCS#12.")
            : null;
    }
}
