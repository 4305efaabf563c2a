namespace Cluster.Pki.Containers;

/// <summary>Codes of the reasons why data is not read; each says something else to do.</summary>
public static class ReadProblem
{
    /// <summary>There is no data.</summary>
    public const string Empty = "empty";

    /// <summary>Larger than is read.</summary>
    public const string TooLarge = "too-large";

    /// <summary>Nothing known was found.</summary>
    public const string UnknownFormat = "unknown-format";

    /// <summary>A container that holds no certificate, key or request.</summary>
    public const string NothingInside = "nothing-inside";

    /// <summary>Known, but truncated or altered.</summary>
    public const string Damaged = "damaged";

    /// <summary>A certificate that is whole, and in which something is wrong that no peer takes; the message names it.</summary>
    public const string MalformedCertificate = "malformed-certificate";

    /// <summary>Encrypted, and no password was given.</summary>
    public const string MissingPassword = "missing-password";

    /// <summary>Encrypted, and no given password opens it.</summary>
    public const string WrongPassword = "wrong-password";

    /// <summary>An algorithm that is not supported; the message names it.</summary>
    public const string UnsupportedAlgorithm = "unsupported-algorithm";

    /// <summary>A format that is recognised but not read, such as JKS; the message names it.</summary>
    public const string UnsupportedFormat = "unsupported-format";

    /// <summary>More iterations, objects or nesting than is worked through.</summary>
    public const string TooExpensive = "too-expensive";
}
