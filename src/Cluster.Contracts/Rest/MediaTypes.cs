namespace Cluster.Contracts.Rest;

/// <summary>Media types that the REST API reads and writes.</summary>
public static class MediaTypes
{
    /// <summary>JSON (RFC 8259).</summary>
    public const string Json = "application/json";

    /// <summary>A partial update (RFC 7396).</summary>
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>A refusal (RFC 9457).</summary>
    public const string Problem = "application/problem+json";

    /// <summary>Text for people and other software, always in UTF-8.</summary>
    public const string Text = "text/plain";

    /// <summary>PEM text: one or several certificates, or a signing request.</summary>
    public const string Pem = "application/x-pem-file";

    /// <summary>A signing request in DER (RFC 5967).</summary>
    public const string Pkcs10 = "application/pkcs10";

    /// <summary>Certificates in a PKCS#7 container (RFC 5751).</summary>
    public const string Pkcs7 = "application/pkcs7-mime";

    /// <summary>Certificate and private key under a password (RFC 7292).</summary>
    public const string Pkcs12 = "application/x-pkcs12";
}
