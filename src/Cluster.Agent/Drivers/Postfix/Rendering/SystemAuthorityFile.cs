namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Where distributions keep the authorities that the whole system trusts, as one file.</summary>
internal static class SystemAuthorityFile
{
    private static readonly string[] Places =
        [
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem"
        ];

    /// <summary>The first that exists; null when there is none.</summary>
    public static string? Find() => Array.Find(Places, File.Exists);
}
