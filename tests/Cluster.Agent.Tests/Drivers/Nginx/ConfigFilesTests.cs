using Cluster.Agent.Drivers.Nginx.Configuration;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>Patterns of <c>include</c> name the files that glob(3) finds, and no pattern is an error.</summary>
public sealed class ConfigFilesTests
{
    [Theory]
    [InlineData("/c/[z-a].conf", "/c/m.conf", false)]
    [InlineData("/c/[z-ab].conf", "/c/b.conf", true)]
    [InlineData("/c/[a-c].conf", "/c/b.conf", true)]
    [InlineData("/c/[!a-c].conf", "/c/b.conf", false)]
    [InlineData("/c/[!a-c].conf", "/c/d.conf", true)]
    [InlineData("/c/[^a-c].conf", "/c/d.conf", true)]
    [InlineData("/c/[!]].conf", "/c/].conf", false)]
    [InlineData("/c/[]a].conf", "/c/].conf", true)]
    [InlineData("/c/[a-].conf", "/c/-.conf", true)]
    [InlineData("/c/[a.conf", "/c/[a.conf", true)]
    [InlineData("/c/[a.conf", "/c/a.conf", false)]
    [InlineData("/c/[a-z-[m]].conf", "/c/m].conf", true)]
    [InlineData("/c/*.conf", "/c/a.conf", true)]
    [InlineData("/c/*.conf", "/c/.conf", false)]
    [InlineData("/c/.*", "/c/.conf", true)]
    [InlineData("/c/a*b*c", "/c/abxbc", true)]
    [InlineData("/c/a*b*c", "/c/abxbd", false)]
    [InlineData("/c/?.conf", "/c/ab.conf", false)]
    [InlineData("/c/(a|b)+$?", "/c/(a|b)+$x", true)]
    [InlineData("/*/a.conf", "/c/d/a.conf", false)]
    public void A_pattern_names_what_it_names_for_nginx(string pattern, string path, bool names) =>
        ConfigFiles.Matches(pattern, path).ShouldBe(names);
}
