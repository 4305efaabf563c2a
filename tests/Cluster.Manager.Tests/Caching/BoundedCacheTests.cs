using Cluster.Manager.Hosting.Caching;
using Cluster.Manager.Hosting.Requests;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Caching;

public sealed class BoundedCacheTests
{
    [Fact]
    public void What_was_used_last_stays_when_the_cache_is_full()
    {
        var cache = new BoundedCache<string, string>(2);
        cache.GetOrAdd("a", "1");
        cache.GetOrAdd("b", "2");
        cache.TryGet("a", out _).ShouldBeTrue();

        cache.GetOrAdd("c", "3");

        cache.TryGet("a", out var kept).ShouldBeTrue();
        kept.ShouldBe("1");
        cache.TryGet("b", out _).ShouldBeFalse();
        cache.TryGet("c", out _).ShouldBeTrue();
    }

    [Fact]
    public void Weights_bound_it_and_one_heavy_entry_is_kept_until_the_next()
    {
        var cache = new BoundedCache<string, string>(10, text => text.Length);
        cache.GetOrAdd("a", "12345");
        cache.GetOrAdd("b", "12345");
        cache.Held.ShouldBe(10);

        cache.GetOrAdd("heavy", new string('x', 100));

        cache.Held.ShouldBe(100);
        cache.TryGet("heavy", out _).ShouldBeTrue();
        cache.GetOrAdd("c", "1");
        cache.Held.ShouldBe(1);
    }

    [Fact]
    public void The_first_value_of_a_key_stays()
    {
        var cache = new BoundedCache<string, string>(10);
        cache.GetOrAdd("a", "1").ShouldBe("1");
        cache.GetOrAdd("a", "2").ShouldBe("1");
        cache.Held.ShouldBe(1);
    }

    [Fact]
    public void Sorted_rows_go_on_behind_a_key_that_is_gone()
    {
        var rows = new SortedRows<string>(["d", "a", "c"], row => row);

        rows.After(null).Select(r => r.Row).ShouldBe(["a", "c", "d"]);
        rows.After("b").Select(r => r.Row).ShouldBe(["c", "d"]);
        rows.After("c").Select(r => r.Row).ShouldBe(["d"]);
        rows.After("z").ShouldBeEmpty();
    }
}
