namespace Cluster.Pki.Certificates;

/// <summary>Something in a certificate that is not as RFC 5280 or X.690 say.</summary>
/// <param name="Text">What is wrong and where, as the end of a sentence that begins with the certificate.</param>
/// <param name="Source">The rule, for example <c>RFC 5280, 4.1.2.2</c>.</param>
/// <param name="Fatal">Whether no peer takes such a certificate, so that it is not stored.</param>
internal sealed record CertificateDefect(string Text, string Source, bool Fatal = false);
