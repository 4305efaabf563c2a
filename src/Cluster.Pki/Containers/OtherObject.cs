namespace Cluster.Pki.Containers;

/// <summary>Something in a file that is recognised and of no use here.</summary>
/// <param name="Name">What it is, with its article: <c>a public key</c>.</param>
/// <param name="Instead">What to send in its place.</param>
internal sealed record OtherObject(string Name, string Instead)
{
    public static OtherObject PublicKey { get; } = new(
        "a public key", "Send the certificate that was issued for it, and the private key that belongs to it.");

    public static OtherObject RevocationList { get; } = new(
        "a certificate revocation list", "Send the certificate itself; revocation lists are not used here.");

    public static OtherObject Parameters { get; } = new(
        "parameters of keys", "Send the certificate, and the private key with its own BEGIN and END lines.");

    public static OtherObject SecretKey { get; } = new(
        "a secret key", "Export the entry that holds a private key with its certificate; 'keytool -list' shows which entry is what.");

    /// <summary>A PEM block whose content is not known.</summary>
    public static OtherObject Block(string label) => new(
        $"a PEM block '{label}'", "Send PEM blocks of certificates, private keys or containers.");
}
